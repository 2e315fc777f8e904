{{- define "service.validate" -}}
{{- $problems := list "common.problems" "service.problems" (printf "service.problems.%s" .Values.mode) -}}
{{- $text := "" -}}
{{- range $problems }}{{ $text = printf "%s\n%s" $text (include . $) }}{{ end -}}
{{- include "common.refuse" (dict "ctx" . "problems" $text) -}}
{{- end -}}

{{- define "service.problems" -}}
{{- range $name := list "PORT" "K_SERVICE" "K_CONFIGURATION" "K_REVISION" }}
{{- if not (kindIs "invalid" (index $.Values.env $name)) }}
- env.{{ $name }}: it is set for the container already; remove it{{ if eq $name "PORT" }}, and set port{{ end }}
{{- end }}
{{- end }}
{{- if and .Values.metrics.enabled (eq (int .Values.metrics.port) (int .Values.port)) }}
- metrics.port: {{ .Values.metrics.port }} is the port of the service too; set another one
{{- end }}
{{- if and .Values.metrics.monitor.enabled (not .Values.metrics.enabled) }}
- metrics.monitor.enabled: there is nothing to read while metrics.enabled is false; set that to true
{{- end }}
{{- end -}}

{{- define "service.problems.deployment" -}}
{{- range $key := list "traffic" "domains" }}
{{- if index $.Values.knative $key }}
- knative.{{ $key }}: a Deployment has none; remove it{{ if eq $key "domains" }} and set ingress.hosts{{ end }}, or set mode: knative
{{- end }}
{{- end }}
{{- if .Values.hpa.enabled }}
{{- if not (kindIs "invalid" .Values.replicas) }}
- replicas: hpa.enabled decides the number of pods; remove one of the two
{{- end }}
{{- if gt (int .Values.hpa.minReplicas) (int .Values.hpa.maxReplicas) }}
- hpa.minReplicas: {{ .Values.hpa.minReplicas }} is more than hpa.maxReplicas, {{ .Values.hpa.maxReplicas }}; raise the latter
{{- end }}
{{- if not (or .Values.hpa.cpuUtilization .Values.hpa.memoryUtilization) }}
- hpa: nothing to scale by; set hpa.cpuUtilization or hpa.memoryUtilization
{{- end }}
{{- end }}
{{- if not (or (kindIs "invalid" .Values.pdb.minAvailable) (kindIs "invalid" .Values.pdb.maxUnavailable)) }}
- pdb: minAvailable and maxUnavailable exclude each other; set one of them to null
{{- end }}
{{- if .Values.ingress.enabled }}
{{- if not .Values.ingress.hosts }}
- ingress.hosts is empty: name a host, for example ingress.hosts: { api.example.com: {} }
{{- end }}
{{- if and .Values.networkPolicy.enabled (not .Values.ingress.from) }}
- ingress.from is empty: the network policy would keep the ingress controller out; name its pods, for example ingress.from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress } } }]
{{- end }}
{{- end }}
{{- end -}}
