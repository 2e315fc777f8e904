{{- /* https://knative.dev/docs/serving/reference/serving-api/ */ -}}
{{- define "service.knative" -}}
{{- if eq .Values.mode "knative" }}
{{- $knative := .Values.knative }}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  {{- $labels := ternary dict (dict "networking.knative.dev/visibility" $knative.visibility) (eq $knative.visibility "external") }}
  {{- $annotations := include "service.knative.annotations" . | fromYaml }}
  {{- include "common.metadata" (dict "ctx" . "name" (include "common.fullname" .) "labels" $labels "annotations" $annotations) | nindent 2 }}
spec:
  template:
    metadata:
      labels:
        {{- include "common.podLabels" . | nindent 8 }}
      {{- with printf "%s\n%s" (include "service.knative.autoscaling" . | trim) (include "common.podAnnotations" . | trim) | trim }}
      annotations:
        {{- . | nindent 8 }}
      {{- end }}
    spec:
      {{- range $key := list "containerConcurrency" "timeoutSeconds" "responseStartTimeoutSeconds" "idleTimeoutSeconds" }}
      {{- $value := index $knative $key }}
      {{- if not (kindIs "invalid" $value) }}
      {{ $key }}: {{ $value }}
      {{- end }}
      {{- end }}
      {{- include "common.podIdentity" . | nindent 6 }}
      {{- with .Values.podSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with include "service.scheduling" . | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      containers:
        - {{ include "common.container" (dict "ctx" . "env" (include "service.env" . | fromYaml) "extra" (include "service.knative.container" . | fromYaml)) | nindent 10 | trim }}
      {{- with include "common.podVolumes" . | trim }}
      volumes:
        {{- . | nindent 8 }}
      {{- end }}
  {{- with $knative.traffic }}
  traffic:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "service.knative.container" -}}
ports:
  - name: {{ ternary "h2c" "http1" (eq .Values.protocol "h2c") }}
    containerPort: {{ .Values.port }}
{{ include "service.probes" . }}
{{- end -}}

{{- /* Annotations of the Knative Service itself; Knative wants strings. */ -}}
{{- define "service.knative.annotations" -}}
{{- with .Values.knative }}
{{- with .rolloutDuration }}
serving.knative.dev/rollout-duration: {{ . | quote }}
{{- end }}
{{- with .ingressClass }}
networking.knative.dev/ingress-class: {{ . | quote }}
{{- end }}
{{- with .annotations }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* Annotations of the revision: Knative refuses them on the Service, and refuses numbers. */ -}}
{{- define "service.knative.autoscaling" -}}
{{- $names := dict
  "minScale" "min-scale" "maxScale" "max-scale" "initialScale" "initial-scale" "activationScale" "activation-scale"
  "class" "class" "metric" "metric" "target" "target" "targetUtilization" "target-utilization-percentage"
  "targetBurstCapacity" "target-burst-capacity" "window" "window" "panicWindow" "panic-window-percentage"
  "panicThreshold" "panic-threshold-percentage" "scaleDownDelay" "scale-down-delay"
  "retention" "scale-to-zero-pod-retention-period" }}
{{- range $key, $name := $names }}
{{- $value := index $.Values.knative $key }}
{{- if not (kindIs "invalid" $value) }}
autoscaling.knative.dev/{{ $name }}: {{ include "common.string" $value | quote }}
{{- end }}
{{- end }}
{{- with .Values.knative.progressDeadline }}
serving.knative.dev/progress-deadline: {{ . | quote }}
{{- end }}
{{- range $resource, $amount := .Values.knative.queueProxy }}
{{- if $amount }}
queue.sidecar.serving.knative.dev/{{ kebabcase $resource }}: {{ $amount | quote }}
{{- end }}
{{- end }}
{{- end -}}
