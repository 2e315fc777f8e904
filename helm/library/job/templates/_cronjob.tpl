{{- define "kda-job.cronjob" -}}
{{- if eq .Values.kind "cronjob" }}
---
apiVersion: batch/v1
kind: CronJob
metadata:
  {{- include "kda-common.metadata" (dict "ctx" . "name" (include "kda-common.workloadName" .)) | nindent 2 }}
spec:
  schedule: {{ .Values.schedule | quote }}
  timeZone: {{ .Values.timeZone | quote }}
  {{- range $key := list "concurrencyPolicy" "suspend" "startingDeadlineSeconds" "successfulJobsHistoryLimit" "failedJobsHistoryLimit" }}
  {{- $value := index $.Values $key }}
  {{- if not (kindIs "invalid" $value) }}
  {{ $key }}: {{ $value }}
  {{- end }}
  {{- end }}
  jobTemplate:
    metadata:
      labels:
        {{- include "kda-common.podLabels" . | nindent 8 }}
    spec:
      {{- include "kda-job.spec" . | trim | nindent 6 }}
{{- end }}
{{- end -}}
