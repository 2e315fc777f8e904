{{- define "kda-service.ingress" -}}
{{- if and (ne .Values.kind "knative") .Values.ingress.enabled }}
{{ include "kda-common.object" (dict "ctx" . "is" "networking.k8s.io/v1 Ingress" "annotations" .Values.ingress.annotations) }}
spec:
  {{- with .Values.ingress.className }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- $certificates := dict }}
  {{- range $host, $entry := .Values.ingress.hosts }}
  {{- with $entry.tlsSecret }}
  {{- $_ := set $certificates . (append (get $certificates . | default list) $host) }}
  {{- end }}
  {{- end }}
  {{- with $certificates }}
  tls:
    {{- range $secret, $hosts := . }}
    - secretName: {{ $secret }}
      hosts: {{- toYaml $hosts | nindent 8 }}
    {{- end }}
  {{- end }}
  rules:
    {{- range $host, $entry := .Values.ingress.hosts }}
    - host: {{ $host | quote }}
      http:
        paths:
          - path: {{ $entry.path | default "/" }}
            pathType: Prefix
            backend:
              service:
                name: {{ include "kda-common.workloadName" $ }}
                port:
                  name: {{ $.Values.protocol }}
    {{- end }}
{{- end }}
{{- end -}}
