{{- /* https://knative.dev/docs/serving/reference/serving-api/ */ -}}
{{- define "kda-service.knative" -}}
{{- if eq .Values.kind "knative" }}
{{- $knative := .Values.knative }}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  {{- $labels := ternary dict (dict "networking.knative.dev/visibility" $knative.visibility) (eq $knative.visibility "external") }}
  {{- $annotations := include "kda-service.knative.annotations" . | fromYaml }}
  {{- include "kda-common.metadata" (dict "ctx" . "name" (include "kda-common.workloadName" .) "labels" $labels "annotations" $annotations) | nindent 2 }}
spec:
  template:
    metadata:
      labels:
        {{- include "kda-common.podLabels" . | nindent 8 }}
      {{- with printf "%s\n%s" (include "kda-service.knative.autoscaling" . | trim) (include "kda-common.podAnnotations" . | trim) | trim }}
      annotations:
        {{- . | nindent 8 }}
      {{- end }}
    spec:
      {{- include "kda-common.fields" (dict "of" $knative "keys" (list "containerConcurrency" "timeoutSeconds" "responseStartTimeoutSeconds" "idleTimeoutSeconds")) | trim | nindent 6 }}
      {{- include "kda-common.podIdentity" . | nindent 6 }}
      {{- with .Values.podSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with include "kda-service.scheduling" . | trim }}
      {{- . | nindent 6 }}
      {{- end }}
      {{- with include "kda-common.initContainers" . | trim }}
      initContainers:
        {{- . | nindent 8 }}
      {{- end }}
      containers:
        - {{ include "kda-service.container" (dict "ctx" . "ports" (include "kda-service.knative.ports" . | fromYamlArray)) | nindent 10 | trim }}
        {{- with include "kda-common.containers" (dict "ctx" . "containers" .Values.sidecars) | trim }}
        {{- . | nindent 8 }}
        {{- end }}
      {{- with include "kda-common.podVolumes" . | trim }}
      volumes:
        {{- . | nindent 8 }}
      {{- end }}
  {{- with $knative.traffic }}
  traffic:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "kda-service.knative.ports" -}}
- name: {{ ternary "h2c" "http1" (eq .Values.protocol "h2c") }}
  containerPort: {{ .Values.port }}
{{- end -}}

{{- /* Annotations of the Knative Service itself; Knative wants strings. */ -}}
{{- define "kda-service.knative.annotations" -}}
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
{{- define "kda-service.knative.autoscaling" -}}
{{- $names := dict
  "minScale" "min-scale" "maxScale" "max-scale" "initialScale" "initial-scale" "activationScale" "activation-scale"
  "class" "class" "metric" "metric" "target" "target" "targetUtilization" "target-utilization-percentage"
  "targetBurstCapacity" "target-burst-capacity" "window" "window" "panicWindow" "panic-window-percentage"
  "panicThreshold" "panic-threshold-percentage" "scaleDownDelay" "scale-down-delay"
  "retention" "scale-to-zero-pod-retention-period" }}
{{- range $key, $name := $names }}
{{- $value := index $.Values.knative $key }}
{{- if not (kindIs "invalid" $value) }}
autoscaling.knative.dev/{{ $name }}: {{ include "kda-common.string" $value | quote }}
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
