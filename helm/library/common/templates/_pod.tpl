{{- /* What every pod spec has, in Knative too. */ -}}
{{- define "common.podIdentity" -}}
serviceAccountName: {{ include "common.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- /* Where and how the pod runs; Knative takes each of these only behind a feature flag of its own. */ -}}
{{- define "common.scheduling" -}}
{{- range $key := list "nodeSelector" "tolerations" "affinity" "priorityClassName" "runtimeClassName" "schedulerName" "dnsPolicy" "dnsConfig" "hostAliases" }}
{{- with index $.Values $key }}
{{ $key }}: {{ if kindIs "string" . }}{{ . }}{{ else }}{{ toYaml . | nindent 2 }}{{ end }}
{{- end }}
{{- end }}
{{- with include "common.topologySpread" . | trim }}
topologySpreadConstraints:
  {{- . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "common.topologySpread" -}}
{{- range .Values.topologySpreadConstraints }}
- {{ toYaml . | nindent 2 | trim }}
  labelSelector:
    matchLabels:
      {{- include "common.selectorLabels" $ | nindent 6 }}
{{- end }}
{{- end -}}

{{- define "common.podSecurityContext" -}}
{{- $user := pick .Values.securityContext "runAsUser" "runAsGroup" "runAsNonRoot" "seccompProfile" -}}
{{- $group := dict "fsGroup" .Values.securityContext.runAsGroup "fsGroupChangePolicy" "OnRootMismatch" -}}
{{- toYaml (mustMergeOverwrite $user $group .Values.podSecurityContext) -}}
{{- end -}}

{{- /* A pod template: (dict "ctx" $ "container" YAML "spec" DICT of further plain fields "scheduling" YAML). */ -}}
{{- define "common.pod" -}}
metadata:
  labels:
    {{- include "common.podLabels" .ctx | nindent 4 }}
  {{- with include "common.podAnnotations" .ctx | trim }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
spec:
  {{- include "common.podSpec" . | nindent 2 }}
{{- end -}}

{{- define "common.podSpec" -}}
{{ include "common.podIdentity" .ctx }}
securityContext:
  {{- include "common.podSecurityContext" .ctx | nindent 2 }}
{{- range $key, $value := .spec }}
{{ $key }}: {{ $value }}
{{- end }}
{{- with .scheduling | default (include "common.scheduling" .ctx) | trim }}
{{ . }}
{{- end }}
containers:
  - {{ .container | nindent 4 | trim }}
{{- with include "common.podVolumes" .ctx | trim }}
volumes:
  {{- . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "common.podAnnotations" -}}
{{ include "common.checksums" . | trim }}
{{- with mustMergeOverwrite dict .Values.commonAnnotations .Values.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end -}}
