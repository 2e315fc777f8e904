{{- define "kda-service.hpa" -}}
{{- if and (ne .Values.kind "knative") .Values.hpa.enabled }}
{{ include "kda-common.object" (dict "ctx" . "is" "autoscaling/v2 HorizontalPodAutoscaler") }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: {{ ternary "StatefulSet" "Deployment" (eq .Values.kind "statefulset") }}
    name: {{ include "kda-common.workloadName" . }}
  minReplicas: {{ .Values.hpa.minReplicas }}
  maxReplicas: {{ .Values.hpa.maxReplicas }}
  metrics:
    {{- range $resource, $percent := dict "cpu" .Values.hpa.cpuUtilization "memory" .Values.hpa.memoryUtilization }}
    {{- if $percent }}
    - type: Resource
      resource:
        name: {{ $resource }}
        target:
          type: Utilization
          averageUtilization: {{ $percent }}
    {{- end }}
    {{- end }}
  {{- with .Values.hpa.behavior }}
  behavior:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}
