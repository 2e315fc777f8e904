{{- /* For NOTES.txt: how to reach the service, and what the cluster must allow. */ -}}
{{- define "kda-service.notes" -}}
{{- $name := include "kda-common.workloadName" . }}
{{- if eq .Values.kind "knative" }}
Its address:

  kubectl get ksvc {{ $name }} --namespace {{ .Release.Namespace }} --output jsonpath='{.status.url}'
{{- with .Values.knative.features }}

It uses features that the cluster has to allow; once, by an administrator:
{{ range $flag, $enabled := . }}{{ if $enabled }}
  kubectl patch configmap config-features --namespace {{ $.Values.knative.servingNamespace }} --type merge \
    --patch '{"data":{"kubernetes.{{ $flag }}":"enabled"}}'
{{- end }}{{ end }}
{{- end }}
{{- else if .Values.port }}
From here:

  kubectl port-forward --namespace {{ .Release.Namespace }} service/{{ $name }} 8080:{{ .Values.expose.port }}
{{- else }}
What it says:

  kubectl logs --follow {{ .Values.kind }}/{{ $name }} --namespace {{ .Release.Namespace }}
{{- end }}
{{- if include "kda-service.tested" . }}

Whether it answers:

  helm test {{ .Release.Name }} --namespace {{ .Release.Namespace }} --logs
{{- end }}
{{- end -}}
