{{- /* A Job cannot be changed, so each revision of the release has its own; Helm deletes a hook's before it makes the next. */ -}}
{{- define "kda-job.name" -}}
{{- $name := include "kda-common.workloadName" . -}}
{{- ternary $name (printf "%s-%d" $name (int .Release.Revision)) (not (empty .Values.hook)) -}}
{{- end -}}

{{- define "kda-job.job" -}}
{{- if eq .Values.kind "job" }}
---
apiVersion: batch/v1
kind: Job
metadata:
  {{- include "kda-common.metadata" (dict "ctx" . "name" (include "kda-job.name" .)) | nindent 2 }}
spec:
  {{- include "kda-job.spec" . | trim | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "kda-job.spec" -}}
{{- range $key := list "backoffLimit" "activeDeadlineSeconds" "ttlSecondsAfterFinished" "parallelism" "completions" "completionMode" }}
{{- $value := index $.Values $key }}
{{- /* One that Helm deletes itself must not go while Helm looks at it. */}}
{{- if not (or (kindIs "invalid" $value) (and $.Values.hook (eq $key "ttlSecondsAfterFinished"))) }}
{{ $key }}: {{ if kindIs "float64" $value }}{{ int64 $value }}{{ else }}{{ $value }}{{ end }}
{{- end }}
{{- end }}
{{- with .Values.podFailurePolicy }}
podFailurePolicy:
  {{- toYaml . | nindent 2 }}
{{- end }}
template:
  {{- $spec := pick .Values "restartPolicy" "terminationGracePeriodSeconds" }}
  {{- include "kda-common.pod" (dict "ctx" . "container" (include "kda-common.container" (dict "ctx" .)) "spec" $spec) | nindent 2 }}
{{- end -}}
