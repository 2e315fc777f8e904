{{- /* Immutable once installed: Deployments, Services and policies select by them. */ -}}
{{- define "kda-common.selectorLabels" -}}
app.kubernetes.io/name: {{ include "kda-common.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ include "kda-common.component" . }}
{{- end -}}

{{- define "kda-common.podLabels" -}}
{{ include "kda-common.selectorLabels" . }}
app.kubernetes.io/version: {{ include "kda-common.imageTag" . | default .Chart.Version | replace "+" "_" | trunc 63 | quote }}
{{- with .Values.partOf }}
app.kubernetes.io/part-of: {{ . }}
{{- end }}
{{- with mustMergeOverwrite (dig "global" "labels" dict .Values | deepCopy) .Values.commonLabels .Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "kda-common.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "kda-common.podLabels" (set (omit . "Values") "Values" (set (omit .Values "podLabels") "podLabels" dict)) }}
{{- end -}}

{{- /* Metadata of an object of this chart: (dict "ctx" $ "name" NAME "labels" DICT "annotations" DICT). */ -}}
{{- define "kda-common.metadata" -}}
name: {{ .name }}
labels:
  {{- include "kda-common.labels" .ctx | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with mustMergeOverwrite dict (.ctx.Values.commonAnnotations | default dict) (.ctx.Annotations | default dict) (.annotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- /* The head of an object: (dict "ctx" $ "is" "APIVERSION KIND"), with what kda-common.metadata takes; named as the workload. */ -}}
{{- define "kda-common.object" -}}
{{- $is := splitList " " .is -}}
---
apiVersion: {{ first $is }}
kind: {{ last $is }}
metadata:
  {{- include "kda-common.metadata" (merge (dict "name" (.name | default (include "kda-common.workloadName" .ctx))) .) | nindent 2 }}
{{- end -}}

{{- /* Plain fields that have a value: (dict "of" MAP "keys" LIST). */ -}}
{{- define "kda-common.fields" -}}
{{- range $key := .keys }}
{{- $value := get $.of $key }}
{{- if and (hasKey $.of $key) (not (kindIs "invalid" $value)) }}
{{ $key }}: {{ include "kda-common.string" $value }}
{{- end }}
{{- end }}
{{- end -}}
