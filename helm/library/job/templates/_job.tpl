{{- /* A Job cannot be changed, so each revision of the release has its own; Helm deletes a hook's before it makes the next. */ -}}
{{- define "job.name" -}}
{{- $name := include "common.workloadName" . -}}
{{- ternary $name (printf "%s-%d" $name (int .Release.Revision)) (hasKey (.Annotations | default dict) "helm.sh/hook") -}}
{{- end -}}

{{- define "job.job" -}}
{{- if eq .Values.type "job" }}
---
apiVersion: batch/v1
kind: Job
metadata:
  {{- include "common.metadata" (dict "ctx" . "name" (include "job.name" .)) | nindent 2 }}
spec:
  {{- include "job.spec" . | trim | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "job.spec" -}}
{{- range $key := list "backoffLimit" "activeDeadlineSeconds" "ttlSecondsAfterFinished" "parallelism" "completions" "completionMode" }}
{{- $value := index $.Values $key }}
{{- if not (kindIs "invalid" $value) }}
{{ $key }}: {{ if kindIs "float64" $value }}{{ int64 $value }}{{ else }}{{ $value }}{{ end }}
{{- end }}
{{- end }}
{{- with .Values.podFailurePolicy }}
podFailurePolicy:
  {{- toYaml . | nindent 2 }}
{{- end }}
template:
  {{- $spec := pick .Values "restartPolicy" "terminationGracePeriodSeconds" }}
  {{- include "common.pod" (dict "ctx" . "container" (include "common.container" (dict "ctx" .)) "spec" $spec) | nindent 2 }}
{{- end -}}
