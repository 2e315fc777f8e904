{{- /* For NOTES.txt: how to start a run now and see what it says. */ -}}
{{- define "kda-job.notes" -}}
{{- $name := include "kda-common.workloadName" . }}
{{- if eq .Values.kind "cronjob" }}
It runs at {{ .Values.schedule | quote }}, {{ .Values.timeZone }}. Now:

  kubectl create job --from=cronjob/{{ $name }} {{ $name | trunc 50 }}-now --namespace {{ .Release.Namespace }}
  kubectl logs --follow job/{{ $name | trunc 50 }}-now --namespace {{ .Release.Namespace }}
{{- else if eq .Values.kind "scaledjob" }}
What runs:

  kubectl get jobs --namespace {{ .Release.Namespace }} --selector scaledjob.keda.sh/name={{ $name }}
{{- else if eq (toString .Values.mode) "init" }}
An init container of what goes on serving runs it, before each start of a pod. What it says:

  kubectl logs --selector app.kubernetes.io/instance={{ .Release.Name }} --container {{ .Values.key }} --namespace {{ .Release.Namespace }}
{{- else if .Values.hook }}
Helm runs it ({{ join ", " .Values.hook }}); while it goes on, or when it has failed:

  kubectl logs --follow job/{{ $name }} --namespace {{ .Release.Namespace }}
{{- else }}
What it says:

  kubectl logs --follow job/{{ include "kda-job.name" . }} --namespace {{ .Release.Namespace }}
{{- end }}
{{- end -}}
