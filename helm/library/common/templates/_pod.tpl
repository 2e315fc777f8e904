{{- /* What every pod spec has, in Knative too. */ -}}
{{- define "kda-common.podIdentity" -}}
serviceAccountName: {{ include "kda-common.serviceAccountName" . }}
automountServiceAccountToken: {{ .Values.serviceAccount.token }}
enableServiceLinks: false
{{- with include "kda-common.pullSecrets" . | fromYamlArray }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- /* Where and how the pod runs; Knative takes each of these only behind a feature flag of its own. */ -}}
{{- define "kda-common.scheduling" -}}
{{- range $key := list "nodeSelector" "tolerations" "affinity" "priorityClassName" "runtimeClassName" "schedulerName" "dnsPolicy" "dnsConfig" "hostAliases" }}
{{- with index $.Values $key }}
{{ $key }}: {{ if kindIs "string" . }}{{ . }}{{ else }}{{ toYaml . | nindent 2 }}{{ end }}
{{- end }}
{{- end }}
{{- with include "kda-common.topologySpread" . | trim }}
topologySpreadConstraints:
  {{- . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "kda-common.topologySpread" -}}
{{- range .Values.topologySpreadConstraints }}
- {{ toYaml . | nindent 2 | trim }}
  labelSelector:
    matchLabels:
      {{- include "kda-common.selectorLabels" $ | nindent 6 }}
{{- end }}
{{- end -}}

{{- define "kda-common.podSecurityContext" -}}
{{- $user := pick .Values.securityContext "runAsUser" "runAsGroup" "runAsNonRoot" "seccompProfile" -}}
{{- $group := dict "fsGroup" .Values.securityContext.runAsGroup "fsGroupChangePolicy" "OnRootMismatch" -}}
{{- toYaml (mustMergeOverwrite $user $group .Values.podSecurityContext) -}}
{{- end -}}

{{- /* A pod template: (dict "ctx" $ "container" YAML "spec" DICT of further plain fields "scheduling" YAML). */ -}}
{{- define "kda-common.pod" -}}
metadata:
  labels:
    {{- include "kda-common.podLabels" .ctx | nindent 4 }}
  {{- with include "kda-common.podAnnotations" .ctx | trim }}
  annotations:
    {{- . | nindent 4 }}
  {{- end }}
spec:
  {{- include "kda-common.podSpec" . | nindent 2 }}
{{- end -}}

{{- define "kda-common.podSpec" -}}
{{ include "kda-common.podIdentity" .ctx }}
securityContext:
  {{- include "kda-common.podSecurityContext" .ctx | nindent 2 }}
{{- range $key, $value := .spec }}
{{ $key }}: {{ $value }}
{{- end }}
{{- with .scheduling | default (include "kda-common.scheduling" .ctx) | trim }}
{{ . }}
{{- end }}
{{- /* A sidecar that Kubernetes knows as such starts before the others and does not keep a job from ending. */}}
{{- $native := include "kda-common.containers" (dict "ctx" .ctx "containers" .ctx.Values.sidecars "extra" (dict "restartPolicy" "Always")) }}
{{- with printf "%s\n%s" $native (include "kda-common.initContainers" .ctx | trim) | trim }}
initContainers:
  {{- . | nindent 2 }}
{{- end }}
containers:
  - {{ .container | nindent 4 | trim }}
{{- with include "kda-common.podVolumes" .ctx | trim }}
volumes:
  {{- . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "kda-common.podAnnotations" -}}
{{ include "kda-common.checksums" . | trim }}
{{- with mustMergeOverwrite dict .Values.commonAnnotations .Values.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end -}}
