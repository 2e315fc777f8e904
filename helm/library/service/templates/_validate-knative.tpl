{{- /* What Knative's webhook would refuse, or what would have no effect: said here with a way out. */ -}}
{{- define "kda-service.problems.knative" -}}
{{- $knative := .Values.knative }}
{{- if not (kindIs "invalid" .Values.replicas) }}
- replicas: Knative scales by itself; remove it and set knative.minScale and knative.maxScale, or set kind: deployment
{{- end }}
{{- range $path, $why := dict
  "hpa.enabled" "Knative scales by itself; set it to false and use knative.minScale, knative.maxScale and knative.target"
  "pdb.enabled" "a budget would keep nodes from being drained while Knative scales; set it to false and use knative.minScale"
  "ingress.enabled" "Knative makes its own routes; set it to false and use knative.domains"
  "httpRoute.enabled" "Knative makes its own routes; set it to false and use knative.domains"
  "serviceAccount.token" "Knative mounts no token by itself; set it to false and use volumes with projected.serviceAccountToken"
  "lifecycle" "Knative accepts no hooks and drains connections by itself; remove it"
  "terminationGracePeriodSeconds" "Knative takes knative.timeoutSeconds for it; set that"
  "ports" (printf "Knative serves exactly one port, the one in port; remove %s" (keys .Values.ports | sortAlpha | join ", ")) }}
{{- $value := $.Values }}
{{- range splitList "." $path }}{{ $value = get ($value | default dict) . }}{{ end }}
{{- if $value }}
- {{ $path }}: {{ $why }}, or set kind: deployment
{{- end }}
{{- end }}
{{- range $name, $container := .Values.sidecars }}
{{- range $key, $why := dict "ports" "Knative serves exactly one port, the workload's" "probes" "Knative asks the workload's own container only" }}
{{- if get $container $key }}
- sidecars.{{ $name }}.{{ $key }}: {{ $why }}; remove them, or set kind: deployment
{{- end }}
{{- end }}
{{- end }}
{{- if not .Values.port }}
- port is 0: Knative serves exactly one; set it, such as 8080, or set kind: deployment
{{- end }}
{{- if eq .Values.protocol "tcp" }}
- protocol: Knative speaks HTTP only; set http or h2c, or set kind: deployment
{{- end }}
{{- if has (int .Values.port) (list 8008 8012 8013 8022 9090 9091) }}
- port: {{ .Values.port }} belongs to Knative's queue-proxy; set another one, such as 8080
{{- end }}
{{- range $name, $volume := .Values.volumes }}
{{- if has $volume.mountPath (list "/" "/dev" "/dev/log") }}
- volumes.{{ $name }}.mountPath: Knative reserves {{ $volume.mountPath }}; set another path
{{- end }}
{{- end }}
{{- with .Values.probes.readiness }}
{{- if and (not .periodSeconds) (or .failureThreshold .timeoutSeconds) }}
- probes.readiness: without periodSeconds Knative asks every 50 ms and takes neither failureThreshold nor timeoutSeconds; remove them, or set periodSeconds too
{{- end }}
{{- end }}
{{- if and $knative.maxScale (gt (int $knative.minScale) (int $knative.maxScale)) }}
- knative.minScale: {{ $knative.minScale }} is more than knative.maxScale, {{ $knative.maxScale }}; raise the latter
{{- end }}
{{- $hpaClass := eq (toString $knative.class) "hpa.autoscaling.knative.dev" }}
{{- if and (has $knative.metric (list "cpu" "memory")) (not $hpaClass) }}
- knative.metric: {{ $knative.metric }} needs knative.class: hpa.autoscaling.knative.dev; set that, or concurrency or rps
{{- else if and $hpaClass (has $knative.metric (list "concurrency" "rps")) }}
- knative.metric: {{ $knative.metric }} needs knative.class: kpa.autoscaling.knative.dev; set that, or cpu or memory
{{- end }}
{{- range $key := list "responseStartTimeoutSeconds" "idleTimeoutSeconds" }}
{{- if gt (index $knative $key | int) (int $knative.timeoutSeconds) }}
- knative.{{ $key }}: {{ index $knative $key }} is more than knative.timeoutSeconds, {{ $knative.timeoutSeconds }}; raise the latter
{{- end }}
{{- end }}
{{- if $knative.traffic }}
{{- $sum := 0 }}
{{- range $knative.traffic }}{{ $sum = add $sum (int .percent) }}{{ end }}
{{- if ne (int $sum) 100 }}
- knative.traffic: the percentages add up to {{ $sum }}; make it 100
{{- end }}
{{- range $index, $target := $knative.traffic }}
{{- if eq (empty $target.revisionName) (empty $target.latestRevision) }}
- knative.traffic[{{ $index }}]: needs exactly one of revisionName and latestRevision: true
{{- end }}
{{- end }}
{{- end }}
{{- if and $knative.domains (eq $knative.visibility "cluster-local") }}
- knative.domains: visibility: cluster-local keeps the service off the outer gateway; remove one of the two
{{- end }}
{{- include "kda-service.problems.features" . }}
{{- end -}}
