{{- /* Shaped like the one of the postgres chart: clients read `uri`. */ -}}
{{- define "valkey.secret" -}}
{{- $ctx := set (omit . "Values") "Values" (include "service.values" . | fromYaml) }}
{{- $host := printf "%s.%s" (include "common.fullname" $ctx) .Release.Namespace }}
{{- $password := .Values.auth.password }}
{{- $user := ternary (printf ":%s@" (urlquery $password | replace "+" "%20")) "" (not (empty $password)) }}
---
apiVersion: v1
kind: Secret
metadata:
  {{- include "common.metadata" (dict "ctx" $ctx "name" (printf "%s-app" (include "common.fullname" $ctx))) | nindent 2 }}
type: Opaque
stringData:
  host: {{ $host | quote }}
  port: {{ .Values.expose.port | quote }}
  {{- with $password }}
  password: {{ . | quote }}
  {{- end }}
  uri: {{ printf "redis://%s%s:%v" $user $host .Values.expose.port | quote }}
{{- end -}}
