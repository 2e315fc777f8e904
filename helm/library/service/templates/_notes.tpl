{{- /* For NOTES.txt: how to reach the service, and what the cluster must allow. */ -}}
{{- define "service.notes" -}}
{{- $ctx := set (omit . "Values") "Values" (include "service.values" . | fromYaml) }}
{{- $name := include "common.fullname" $ctx }}
{{- if eq $ctx.Values.mode "knative" }}
Its address:

  kubectl get ksvc {{ $name }} --namespace {{ .Release.Namespace }} --output jsonpath='{.status.url}'
{{- with $ctx.Values.knative.features }}

It uses features that the cluster has to allow; once, by an administrator:
{{ range $flag, $enabled := . }}{{ if $enabled }}
  kubectl patch configmap config-features --namespace {{ $ctx.Values.knative.servingNamespace }} --type merge \
    --patch '{"data":{"kubernetes.{{ $flag }}":"enabled"}}'
{{- end }}{{ end }}
{{- end }}
{{- else }}
From here:

  kubectl port-forward --namespace {{ .Release.Namespace }} service/{{ $name }} 8080:{{ $ctx.Values.expose.port }}
{{- end }}
{{- if $ctx.Values.smokeTest.enabled }}

Whether it answers:

  helm test {{ .Release.Name }} --namespace {{ .Release.Namespace }} --logs
{{- end }}
{{- end -}}
