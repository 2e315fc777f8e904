{{- /* What Knative tells a container, a Deployment tells it too. */ -}}
{{- define "service.env" -}}
{{- if eq .Values.mode "deployment" }}
PORT: {{ .Values.port }}
{{- end }}
{{- if .Values.metrics.enabled }}
METRICS_PORT: {{ .Values.metrics.port }}
{{- end }}
{{- end -}}

{{- /*
A probe without periodSeconds keeps Knative's fast probing (every 50 ms), so nothing is filled in here.
Without a path the port itself is tried.
*/ -}}
{{- define "service.probes" -}}
{{- range $name, $probe := .Values.probes }}
{{ $name }}Probe:
  {{- if $probe.path }}
  httpGet:
    path: {{ $probe.path }}
    port: {{ $.Values.port }}
  {{- else }}
  tcpSocket:
    port: {{ $.Values.port }}
  {{- end }}
  {{- with omit $probe "path" }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end -}}
