{{- /*
In Knative mode requests come to the queue-proxy, from the gateway or the activator, never to the container's own port:
reaching that one would go round concurrency limits and metrics.
*/ -}}
{{- define "kda-service.networkpolicy" -}}
{{- include "kda-common.networkpolicy" (dict "ctx" . "ingress" (include "kda-service.flows" . | fromYaml)) }}
{{- end -}}

{{- define "kda-service.flows" -}}
{{- if eq .Values.kind "knative" }}
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
{{- if and .Values.port (ne .Values.kind "knative") }}
{{- with concat .Values.expose.from .Values.ingress.from .Values.httpRoute.from }}
clients:
  from:
    {{- toYaml . | nindent 4 }}
  ports: [{{ $.Values.port }}]
{{- end }}
{{- if include "kda-service.tested" . }}
smoke-test:
  from:
    - podSelector:
        matchLabels:
          {{- include "kda-common.selectorLabels" (set (omit . "Part") "Part" "smoke-test") | nindent 10 }}
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
