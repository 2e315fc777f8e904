{{- /* https://keda.sh/docs/latest/reference/scaledjob-spec/ */ -}}
{{- define "kda-job.scaledjob" -}}
{{- if eq .Values.kind "scaledjob" }}
{{ include "kda-common.object" (dict "ctx" . "is" "keda.sh/v1alpha1 ScaledJob") }}
spec:
  jobTargetRef:
    {{- include "kda-job.spec" . | trim | nindent 4 }}
  {{- include "kda-common.fields" (dict "of" .Values "keys" (list "successfulJobsHistoryLimit" "failedJobsHistoryLimit")) | trim | nindent 2 }}
  pollingInterval: {{ .Values.keda.pollingInterval }}
  minReplicaCount: {{ .Values.keda.minReplicas }}
  maxReplicaCount: {{ .Values.keda.maxReplicas }}
  scalingStrategy:
    strategy: {{ .Values.keda.scalingStrategy }}
  {{- /* Otherwise each release of the chart ends what works. */}}
  rollout:
    strategy: gradual
  triggers:
    {{- range $name, $trigger := .Values.keda.triggers }}
    - name: {{ $name }}
      type: {{ $trigger.type }}
      metadata:
        {{- range $key, $value := $trigger.metadata }}
        {{ $key }}: {{ include "kda-common.string" $value | quote }}
        {{- end }}
      {{- with $trigger.authentication }}
      authenticationRef:
        name: {{ . }}
      {{- end }}
    {{- end }}
{{- end }}
{{- end -}}
