{{- /*
In Knative mode requests come to the queue-proxy, from the gateway or the activator, never to the container's own port:
reaching that one would go round concurrency limits and metrics.
*/ -}}
{{- define "service.networkpolicy" -}}
{{- include "common.networkpolicy" (dict "ctx" . "ingress" (include "service.flows" . | fromYaml)) }}
{{- end -}}

{{- define "service.flows" -}}
{{- if eq .Values.mode "knative" }}
{{- $serving := .Values.knative.servingNamespace }}
gateway:
  from:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ .Values.knative.gatewayNamespace }}
      podSelector:
        matchLabels:
          {{- toYaml .Values.knative.gatewayLabels | nindent 10 }}
  ports: [8012, 8013, 8112]
activator:
  from:
    - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: {{ $serving }} } }
      podSelector: { matchLabels: { app: activator } }
  ports: [8012, 8013, 8112]
autoscaler:
  from:
    - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: {{ $serving }} } }
      podSelector: { matchLabels: { app: autoscaler } }
  ports: [9090]
{{- end }}
{{- if eq .Values.mode "deployment" }}
{{- with concat .Values.expose.from .Values.ingress.from }}
clients:
  from:
    {{- toYaml . | nindent 4 }}
  ports: [{{ $.Values.port }}]
{{- end }}
{{- if .Values.smokeTest.enabled }}
smoke-test:
  from:
    - podSelector:
        matchLabels:
          {{- include "common.selectorLabels" (set (omit . "Component") "Component" "smoke-test") | nindent 10 }}
  ports: [{{ .Values.port }}]
{{- end }}
{{- end }}
{{- if .Values.metrics.enabled }}
metrics:
  from:
    {{- toYaml .Values.metrics.from | nindent 4 }}
  ports: [{{ .Values.metrics.port }}]
{{- end }}
{{- end -}}
