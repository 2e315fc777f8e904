{{- /* A Job cannot be changed, so each revision of the release has its own; Helm deletes a hook's before it makes the next. */ -}}
{{- define "kda-job.name" -}}
{{- $name := include "kda-common.workloadName" . -}}
{{- ternary $name (printf "%s-%d" $name (int .Release.Revision)) (not (empty .Values.hook)) -}}
{{- end -}}

{{- define "kda-job.job" -}}
{{- if eq .Values.kind "job" }}
{{ include "kda-common.object" (dict "ctx" . "is" "batch/v1 Job" "name" (include "kda-job.name" .)) }}
spec:
  {{- include "kda-job.spec" . | trim | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "kda-job.spec" -}}
{{- /* A Job that Helm deletes itself must not go while Helm looks at it. */}}
{{- $fields := ternary .Values (omit .Values "ttlSecondsAfterFinished") (empty .Values.hook) }}
{{- include "kda-common.fields" (dict "of" $fields "keys" (list "backoffLimit" "backoffLimitPerIndex" "activeDeadlineSeconds" "ttlSecondsAfterFinished" "parallelism" "completions" "completionMode")) | trim }}
{{- with .Values.podFailurePolicy }}
{{- /* KEDA writes a status that is left out as an empty one, and owns the rules by that: Helm's next apply would be refused. */}}
{{- $policy := deepCopy . }}
{{- range $policy.rules }}
{{- range .onPodConditions }}
{{- $_ := set . "status" (.status | default "True") }}
{{- end }}
{{- end }}
podFailurePolicy:
  {{- toYaml $policy | nindent 2 }}
{{- end }}
template:
  {{- $spec := pick .Values "restartPolicy" "terminationGracePeriodSeconds" }}
  {{- include "kda-common.pod" (dict "ctx" . "container" (include "kda-common.container" (dict "ctx" .)) "spec" $spec) | nindent 2 }}
{{- end -}}
