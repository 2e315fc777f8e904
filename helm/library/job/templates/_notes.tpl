{{- /* For NOTES.txt: how to start a run now and see what it says. */ -}}
{{- define "job.notes" -}}
{{- $ctx := set (omit . "Values") "Values" (include "job.values" . | fromYaml) }}
{{- $name := include "common.workloadName" $ctx }}
{{- if eq $ctx.Values.type "cronjob" }}
It runs at {{ $ctx.Values.schedule | quote }}, {{ $ctx.Values.timeZone }}. Now:

  kubectl create job --from=cronjob/{{ $name }} {{ $name | trunc 50 }}-now --namespace {{ .Release.Namespace }}
  kubectl logs --follow job/{{ $name | trunc 50 }}-now --namespace {{ .Release.Namespace }}
{{- else }}
What it says:

  kubectl logs --follow job/{{ include "job.name" $ctx }} --namespace {{ .Release.Namespace }}
{{- end }}
{{- end -}}
