{{- define "kda-service.statefulset" -}}
{{- if eq .Values.kind "statefulset" }}
{{- $name := include "kda-common.workloadName" . }}
{{ include "kda-common.object" (dict "ctx" . "is" "apps/v1 StatefulSet" "name" $name) }}
spec:
  serviceName: {{ $name }}
  {{- if not .Values.hpa.enabled }}
  replicas: {{ include "kda-service.replicas" . }}
  {{- end }}
  {{- /* With OrderedReady a pod that never became ready is not replaced when the template is mended. */}}
  podManagementPolicy: Parallel
  selector:
    matchLabels:
      {{- include "kda-common.selectorLabels" . | nindent 6 }}
  persistentVolumeClaimRetentionPolicy:
    whenDeleted: {{ ternary "Retain" "Delete" .Values.keepClaims }}
    whenScaled: Retain
  template:
    {{- include "kda-service.pod" . | nindent 4 }}
  {{- with include "kda-service.claims" . | trim }}
  volumeClaimTemplates:
    {{- . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "kda-service.claims" -}}
{{- range $volume, $entry := .Values.volumes }}
{{- with $entry.claim }}
- metadata:
    name: {{ $volume }}
    labels:
      {{- include "kda-common.selectorLabels" $ | nindent 6 }}
  spec:
    accessModes: [{{ .accessMode | default "ReadWriteOnce" }}]
    {{- with .className }}
    storageClassName: {{ . }}
    {{- end }}
    resources:
      requests:
        storage: {{ .size }}
{{- end }}
{{- end }}
{{- end -}}
