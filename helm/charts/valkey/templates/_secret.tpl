{{- /* Shaped like the one of the postgres chart: clients read `uri`. */ -}}
{{- define "valkey.secret" -}}
{{- $values := include "kda-common.values" (dict "root" . "defaults" (list "kda-common.defaults")) | fromYaml }}
{{- $ctx := set (omit . "Values") "Values" (set $values "component" (dig "workloads" "cache" "component" "cache" $values)) }}
{{- $host := printf "%s.%s" (include "kda-common.fullname" $ctx) .Release.Namespace }}
{{- $password := .Values.auth.password }}
{{- $user := ternary (printf ":%s@" (urlquery $password | replace "+" "%20")) "" (not (empty $password)) }}
---
apiVersion: v1
kind: Secret
metadata:
  {{- include "kda-common.metadata" (dict "ctx" $ctx "name" (printf "%s-app" (include "kda-common.fullname" $ctx))) | nindent 2 }}
type: Opaque
stringData:
  host: {{ $host | quote }}
  port: {{ .Values.expose.port | quote }}
  {{- with $password }}
  password: {{ . | quote }}
  {{- end }}
  uri: {{ printf "redis://%s%s:%v" $user $host .Values.expose.port | quote }}
{{- end -}}
