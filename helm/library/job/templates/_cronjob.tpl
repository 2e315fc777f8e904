{{- define "kda-job.cronjob" -}}
{{- if eq .Values.kind "cronjob" }}
{{ include "kda-common.object" (dict "ctx" . "is" "batch/v1 CronJob") }}
spec:
  schedule: {{ .Values.schedule | quote }}
  timeZone: {{ .Values.timeZone | quote }}
  {{- include "kda-common.fields" (dict "of" .Values "keys" (list "concurrencyPolicy" "suspend" "startingDeadlineSeconds" "successfulJobsHistoryLimit" "failedJobsHistoryLimit")) | trim | nindent 2 }}
  jobTemplate:
    metadata:
      labels:
        {{- include "kda-common.podLabels" . | nindent 8 }}
    spec:
      {{- include "kda-job.spec" . | trim | nindent 6 }}
{{- end }}
{{- end -}}
