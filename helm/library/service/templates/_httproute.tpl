{{- /* https://gateway-api.sigs.k8s.io/api-types/httproute/ */ -}}
{{- define "kda-service.httproute" -}}
{{- if and (ne .Values.kind "knative") .Values.httpRoute.enabled }}
{{ include "kda-common.object" (dict "ctx" . "is" "gateway.networking.k8s.io/v1 HTTPRoute" "annotations" .Values.httpRoute.annotations) }}
spec:
  parentRefs:
    {{- range $name, $gateway := .Values.httpRoute.gateways }}
    - name: {{ $name }}
      {{- with $gateway }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- end }}
  hostnames:
    {{- range $host, $entry := .Values.httpRoute.hosts }}
    - {{ $host | quote }}
    {{- end }}
  rules:
    - matches:
        - path:
            type: PathPrefix
            value: {{ .Values.httpRoute.path }}
      {{- with .Values.httpRoute.filters }}
      filters:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      backendRefs:
        - name: {{ include "kda-common.workloadName" . }}
          port: {{ .Values.expose.port }}
      {{- with .Values.httpRoute.timeouts }}
      timeouts:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end }}
{{- end -}}
