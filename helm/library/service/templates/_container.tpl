{{- /* What Knative tells a container, a Deployment tells it too. */ -}}
{{- define "kda-service.env" -}}
{{- if and .Values.port (ne .Values.kind "knative") }}
PORT: {{ .Values.port }}
{{- end }}
{{- if .Values.metrics.enabled }}
METRICS_PORT: {{ .Values.metrics.port }}
{{- end }}
{{- end -}}

{{- /* The container of a Knative Service declares one port; (dict "ctx" $ "ports" PORTS) */ -}}
{{- define "kda-service.container" -}}
{{- $ctx := .ctx }}
{{- $extra := dict }}
{{- if .ports }}{{ $_ := set $extra "ports" .ports }}{{ end }}
{{- range $name, $probe := include "kda-service.probes" $ctx | fromYaml }}
{{- $_ := set $extra (printf "%sProbe" $name) (include "kda-common.probe" (dict "probe" $probe "port" $ctx.Values.port) | fromYaml) }}
{{- end }}
{{- with $ctx.Values.lifecycle }}{{ $_ := set $extra "lifecycle" . }}{{ end }}
{{- include "kda-common.container" (dict "ctx" $ctx "env" (include "kda-service.env" $ctx | fromYaml) "extra" $extra) }}
{{- end -}}

{{- /* Without a port only a command can tell how the process is. */ -}}
{{- define "kda-service.probes" -}}
{{- range $name, $probe := .Values.probes }}
{{- if or $.Values.port $probe.command }}
{{ $name }}: {{ toJson $probe }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "kda-service.ports" -}}
{{- if .Values.port }}
- name: {{ .Values.protocol }}
  containerPort: {{ .Values.port }}
{{- end }}
{{- range $name, $port := include "kda-service.extraPorts" . | fromYaml }}
- name: {{ $name }}
  containerPort: {{ $port }}
{{- end }}
{{- end -}}

{{- define "kda-service.extraPorts" -}}
{{- range $name, $port := .Values.ports }}
{{ $name }}: {{ $port }}
{{- end }}
{{- if .Values.metrics.enabled }}
metrics: {{ .Values.metrics.port }}
{{- end }}
{{- end -}}
