{{- /* The Kubernetes Service of the deployment mode; Knative makes its own. */ -}}
{{- define "service.service" -}}
{{- if eq .Values.mode "deployment" }}
---
apiVersion: v1
kind: Service
metadata:
  {{- include "common.metadata" (dict "ctx" . "name" (include "common.fullname" .) "annotations" .Values.expose.annotations) | nindent 2 }}
spec:
  type: {{ .Values.expose.type }}
  selector:
    {{- include "common.selectorLabels" . | nindent 4 }}
  ports:
    - name: {{ .Values.protocol }}
      port: {{ .Values.expose.port }}
      targetPort: {{ .Values.protocol }}
    {{- range $name, $port := include "service.extraPorts" . | fromYaml }}
    - name: {{ $name }}
      port: {{ $port }}
      targetPort: {{ $name }}
    {{- end }}
{{- end }}
{{- end -}}
