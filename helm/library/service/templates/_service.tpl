{{- /* The Kubernetes Service of all kinds but Knative's, which makes its own. */ -}}
{{- define "kda-service.service" -}}
{{- if and (ne .Values.kind "knative") (include "kda-service.ports" . | trim) }}
{{ include "kda-common.object" (dict "ctx" . "is" "v1 Service" "annotations" .Values.expose.annotations) }}
spec:
  type: {{ .Values.expose.type }}
  selector:
    {{- include "kda-common.selectorLabels" . | nindent 4 }}
  ports:
    {{- if .Values.port }}
    - name: {{ .Values.protocol }}
      port: {{ .Values.expose.port }}
      targetPort: {{ .Values.protocol }}
    {{- end }}
    {{- range $name, $port := include "kda-service.extraPorts" . | fromYaml }}
    - name: {{ $name }}
      port: {{ $port }}
      targetPort: {{ $name }}
    {{- end }}
{{- end }}
{{- end -}}
