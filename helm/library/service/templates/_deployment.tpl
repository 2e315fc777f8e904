{{- define "service.deployment" -}}
{{- if eq .Values.mode "deployment" }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "common.metadata" (dict "ctx" . "name" (include "common.fullname" .)) | nindent 2 }}
spec:
  {{- /* The autoscaler owns the number; writing it too would undo what it decided. */}}
  {{- if not .Values.hpa.enabled }}
  replicas: {{ include "service.replicas" . }}
  {{- end }}
  strategy:
    type: {{ .Values.strategy.type }}
    {{- if eq .Values.strategy.type "RollingUpdate" }}
    rollingUpdate:
      {{- toYaml .Values.strategy.rollingUpdate | nindent 6 }}
    {{- end }}
  selector:
    matchLabels:
      {{- include "common.selectorLabels" . | nindent 6 }}
  template:
    {{- $container := include "common.container" (dict "ctx" . "env" (include "service.env" . | fromYaml) "extra" (include "service.deployment.container" . | fromYaml)) }}
    {{- include "common.pod" (dict "ctx" . "container" $container "spec" (pick .Values "terminationGracePeriodSeconds") "scheduling" (include "service.scheduling" .)) | nindent 4 }}
{{- end }}
{{- end -}}

{{- /* The fewest pods there are. */ -}}
{{- define "service.replicas" -}}
{{- if .Values.hpa.enabled -}}
{{- .Values.hpa.minReplicas -}}
{{- else -}}
{{- ternary 2 .Values.replicas (kindIs "invalid" .Values.replicas) -}}
{{- end -}}
{{- end -}}

{{- define "service.deployment.container" -}}
ports:
  - name: {{ .Values.protocol }}
    containerPort: {{ .Values.port }}
  {{- range $name, $port := include "service.extraPorts" . | fromYaml }}
  - name: {{ $name }}
    containerPort: {{ $port }}
  {{- end }}
{{ include "service.probes" . }}
{{- with .Values.lifecycle }}
lifecycle:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "service.extraPorts" -}}
{{- range $name, $port := .Values.ports }}
{{ $name }}: {{ $port }}
{{- end }}
{{- if .Values.metrics.enabled }}
metrics: {{ .Values.metrics.port }}
{{- end }}
{{- end -}}
