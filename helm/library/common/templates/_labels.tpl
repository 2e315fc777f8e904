{{- /* Immutable once installed: Deployments, Services and policies select by them. */ -}}
{{- define "common.selectorLabels" -}}
app.kubernetes.io/name: {{ include "common.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ include "common.component" . }}
{{- end -}}

{{- define "common.podLabels" -}}
{{ include "common.selectorLabels" . }}
app.kubernetes.io/version: {{ include "common.imageTag" . | default .Chart.Version | replace "+" "_" | trunc 63 | quote }}
{{- with .Values.partOf }}
app.kubernetes.io/part-of: {{ . }}
{{- end }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- with .Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "common.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "common.podLabels" (set (omit . "Values") "Values" (set (omit .Values "podLabels") "podLabels" dict)) }}
{{- end -}}

{{- /* Metadata of an object of this chart: (dict "ctx" $ "name" NAME "labels" DICT "annotations" DICT). */ -}}
{{- define "common.metadata" -}}
name: {{ .name }}
labels:
  {{- include "common.labels" .ctx | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with mustMergeOverwrite dict (.ctx.Values.commonAnnotations | default dict) (.ctx.Annotations | default dict) (.annotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
