{{- /* https://knative.dev/docs/serving/services/custom-domains/ */ -}}
{{- define "kda-service.domainmapping" -}}
{{- if eq .Values.kind "knative" }}
{{- range $host, $entry := .Values.knative.domains }}
{{- if ne (toString $entry.claim) "false" }}
{{ include "kda-common.object" (dict "ctx" $ "is" "networking.internal.knative.dev/v1alpha1 ClusterDomainClaim" "name" $host) }}
spec:
  namespace: {{ $.Release.Namespace }}
{{- end }}
{{ include "kda-common.object" (dict "ctx" $ "is" "serving.knative.dev/v1beta1 DomainMapping" "name" $host) }}
spec:
  ref:
    apiVersion: serving.knative.dev/v1
    kind: Service
    name: {{ include "kda-common.workloadName" $ }}
  {{- with $entry.tlsSecret }}
  tls:
    secretName: {{ . }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}
