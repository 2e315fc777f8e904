{{- define "kda-service.deployment" -}}
{{- if eq .Values.kind "deployment" }}
{{ include "kda-common.object" (dict "ctx" . "is" "apps/v1 Deployment") }}
spec:
  {{- /* The autoscaler owns the number; writing it too would undo what it decided. */}}
  {{- if not .Values.hpa.enabled }}
  replicas: {{ include "kda-service.replicas" . }}
  {{- end }}
  strategy:
    type: {{ .Values.strategy.type }}
    {{- if eq .Values.strategy.type "RollingUpdate" }}
    rollingUpdate:
      {{- toYaml .Values.strategy.rollingUpdate | nindent 6 }}
    {{- end }}
  selector:
    matchLabels:
      {{- include "kda-common.selectorLabels" . | nindent 6 }}
  template:
    {{- include "kda-service.pod" . | nindent 4 }}
{{- end }}
{{- end -}}

{{- define "kda-service.pod" -}}
{{- $container := include "kda-service.container" (dict "ctx" . "ports" (include "kda-service.ports" . | fromYamlArray)) }}
{{- include "kda-common.pod" (dict "ctx" . "container" $container "spec" (pick .Values "terminationGracePeriodSeconds") "scheduling" (include "kda-service.scheduling" .)) }}
{{- end -}}

{{- /* The fewest pods there are. Data that pods write in turns are one pod's, unless the chart says otherwise. */ -}}
{{- define "kda-service.replicas" -}}
{{- if .Values.hpa.enabled -}}
{{- .Values.hpa.minReplicas -}}
{{- else if kindIs "invalid" .Values.replicas -}}
{{- ternary 1 2 (eq .Values.kind "statefulset") -}}
{{- else -}}
{{- .Values.replicas -}}
{{- end -}}
{{- end -}}
