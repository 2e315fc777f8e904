{{- define "kda-job.problems" -}}
{{- if and .Values.podFailurePolicy (ne .Values.restartPolicy "Never") }}
- podFailurePolicy: Kubernetes takes it only with restartPolicy: Never; set that
{{- end }}
{{- if and .Values.parallelism (not (kindIs "invalid" .Values.completions)) (gt (int .Values.parallelism) (int .Values.completions)) }}
- completions: at most {{ int .Values.completions }} of {{ int .Values.parallelism }} pods would run at once; set it to {{ int .Values.parallelism }}, or to null when they share a queue
{{- end }}
{{- if and (eq (toString .Values.completionMode) "Indexed") (kindIs "invalid" .Values.completions) }}
- completions: an Indexed job needs a number; set it to parallelism
{{- end }}
{{- if and (not (kindIs "invalid" .Values.backoffLimitPerIndex)) (ne (toString .Values.completionMode) "Indexed") }}
- backoffLimitPerIndex: Kubernetes takes it only with completionMode: Indexed; set that
{{- end }}
{{- if eq .Values.kind "cronjob" }}
{{- if not .Values.schedule }}
- schedule is empty: a cronjob needs one, for example "0 2 * * *"; for a single run set kind: job
{{- end }}
{{- if gt (len (include "kda-common.workloadName" .)) 52 }}
- fullnameOverride: the CronJob's name {{ include "kda-common.workloadName" . }} is longer than the 52 characters Kubernetes allows: set a shorter one
{{- end }}
{{- else if .Values.schedule }}
- schedule: a {{ .Values.kind }} has none; set kind: cronjob, or remove schedule
{{- end }}
{{- if eq .Values.kind "scaledjob" }}
{{- range $name, $trigger := .Values.keda.triggers }}
{{- if not $trigger.type }}
- keda.triggers.{{ $name }}.type is missing: name one of KEDA's scalers, for example postgresql
{{- end }}
{{- else }}
- keda.triggers is empty: say what starts a run, for example { queue: { type: postgresql, metadata: { … } } }
{{- end }}
{{- end }}
{{- end -}}
