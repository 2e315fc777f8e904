{{- /*
Named and keyed as CloudNativePG names and keys its own, so that clients need not know which of the two is there.
(dict "ctx" $ "name" NAME "username" ROLE "password" PASSWORD)
*/ -}}
{{- define "postgres.secret" }}
{{- $database := .ctx.Values.auth.database }}
{{- $host := printf "%s.%s" (include "common.fullname" .ctx) .ctx.Release.Namespace }}
---
apiVersion: v1
kind: Secret
metadata:
  {{- include "common.metadata" (dict "ctx" .ctx "name" .name) | nindent 2 }}
type: kubernetes.io/basic-auth
stringData:
  username: {{ .username | quote }}
  password: {{ .password | quote }}
  dbname: {{ $database | quote }}
  host: {{ $host | quote }}
  port: "5432"
  uri: {{ printf "postgresql://%s:%s@%s:5432/%s" (urlquery .username) (urlquery .password | replace "+" "%20") $host (urlquery $database) | quote }}
{{- end -}}
