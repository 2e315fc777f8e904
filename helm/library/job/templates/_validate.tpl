{{- define "job.validate" -}}
{{- include "common.refuse" (dict "ctx" . "problems" (printf "%s\n%s" (include "common.problems" .) (include "job.problems" .))) -}}
{{- end -}}

{{- define "job.problems" -}}
{{- if and .Values.podFailurePolicy (ne .Values.restartPolicy "Never") }}
- podFailurePolicy: Kubernetes takes it only with restartPolicy: Never; set that
{{- end }}
{{- if eq .Values.type "cronjob" }}
{{- if not .Values.schedule }}
- schedule is empty: a cronjob needs one, for example "0 2 * * *"; for a single run set type: job
{{- end }}
{{- if gt (len (include "common.workloadName" .)) 52 }}
- fullnameOverride: the CronJob's name {{ include "common.workloadName" . }} is longer than the 52 characters Kubernetes allows: set a shorter one
{{- end }}
{{- else if .Values.schedule }}
- schedule: a job runs once; set type: cronjob, or remove schedule
{{- end }}
{{- end -}}
