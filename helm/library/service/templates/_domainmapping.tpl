{{- /* https://knative.dev/docs/serving/services/custom-domains/ */ -}}
{{- define "service.domainmapping" -}}
{{- if eq .Values.mode "knative" }}
{{- range $host, $entry := .Values.knative.domains }}
{{- if ne (toString $entry.claim) "false" }}
---
apiVersion: networking.internal.knative.dev/v1alpha1
kind: ClusterDomainClaim
metadata:
  {{- include "common.metadata" (dict "ctx" $ "name" $host) | nindent 2 }}
spec:
  namespace: {{ $.Release.Namespace }}
{{- end }}
---
apiVersion: serving.knative.dev/v1beta1
kind: DomainMapping
metadata:
  {{- include "common.metadata" (dict "ctx" $ "name" $host) | nindent 2 }}
spec:
  ref:
    apiVersion: serving.knative.dev/v1
    kind: Service
    name: {{ include "common.fullname" $ }}
  {{- with $entry.tlsSecret }}
  tls:
    secretName: {{ . }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}
