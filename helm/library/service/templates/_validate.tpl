{{- define "kda-service.problems" -}}
{{- range $name := list "PORT" "K_SERVICE" "K_CONFIGURATION" "K_REVISION" }}
{{- if not (kindIs "invalid" (index $.Values.env $name)) }}
- env.{{ $name }}: it is set for the container already; remove it{{ if eq $name "PORT" }}, and set port{{ end }}
{{- end }}
{{- end }}
{{- $ports := dict }}
{{- if .Values.port }}{{ $_ := set $ports (toString .Values.port) "the port of the service" }}{{ end }}
{{- range $name, $port := include "kda-service.extraPorts" . | fromYaml }}
{{- $path := ternary "metrics.port" (printf "ports.%s" $name) (and (eq $name "metrics") (not (hasKey $.Values.ports $name))) }}
{{- if hasKey $ports (toString $port) }}
- {{ $path }}: {{ $port }} is {{ get $ports (toString $port) }} too; set another one
{{- end }}
{{- $_ := set $ports (toString $port) $path }}
{{- end }}
{{- if and .Values.metrics.monitor.enabled (not .Values.metrics.enabled) }}
- metrics.monitor.enabled: there is nothing to read while metrics.enabled is false; set that to true
{{- end }}
{{- include (ternary "kda-service.problems.knative" "kda-service.problems.others" (eq .Values.kind "knative")) . }}
{{- end -}}

{{- define "kda-service.problems.others" -}}
{{- range $key := list "traffic" "domains" }}
{{- if index $.Values.knative $key }}
- knative.{{ $key }}: a Deployment has none; remove it{{ if eq $key "domains" }} and set ingress.hosts{{ end }}, or set kind: knative
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
{{- range $key, $controller := dict "ingress" (list "ingress controller" "ingress") "httpRoute" (list "gateway" "gateways") }}
{{- $route := index $.Values $key | default dict }}
{{- if $route.enabled }}
{{- if not $.Values.port }}
- {{ $key }}.enabled: there is no port to send requests to; set port
{{- end }}
{{- if and (hasKey $route "gateways") (not $route.gateways) }}
- {{ $key }}.gateways is empty: name the Gateway, for example {{ $key }}.gateways: { public: { namespace: gateways } }
{{- end }}
{{- if not $route.hosts }}
- {{ $key }}.hosts is empty: name a host, for example {{ $key }}.hosts: { api.example.com: {} }
{{- end }}
{{- if and $.Values.networkPolicy.enabled (not $route.from) }}
- {{ $key }}.from is empty: the network policy would keep the {{ first $controller }} out; name its pods, for example {{ $key }}.from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: {{ last $controller }} } } }]
{{- end }}
{{- end }}
{{- end }}
{{- range $name, $volume := .Values.volumes }}
{{- if and $volume.claim (not (dig "claim" "size" "" $volume)) }}
- volumes.{{ $name }}.claim.size is missing: say how much each pod asks for
{{- end }}
{{- end }}
{{- end -}}
