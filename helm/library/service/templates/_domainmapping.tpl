{{- /* https://knative.dev/docs/serving/services/custom-domains/ */ -}}
{{- define "kda-service.domainmapping" -}}
{{- if eq .Values.kind "knative" }}
{{- range $host, $entry := .Values.knative.domains }}
{{- if ne (toString $entry.claim) "false" }}
---
apiVersion: networking.internal.knative.dev/v1alpha1
kind: ClusterDomainClaim
metadata:
  {{- include "kda-common.metadata" (dict "ctx" $ "name" $host) | nindent 2 }}
spec:
  namespace: {{ $.Release.Namespace }}
{{- end }}
---
apiVersion: serving.knative.dev/v1beta1
kind: DomainMapping
metadata:
  {{- include "kda-common.metadata" (dict "ctx" $ "name" $host) | nindent 2 }}
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
