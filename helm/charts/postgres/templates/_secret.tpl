{{- /* Named and keyed as CloudNativePG names and keys its own, so that clients need not know which of the two is there. */ -}}
{{- define "postgres.secret" }}
{{- $auth := .Values.auth }}
{{- $host := printf "%s.%s" (include "common.fullname" .) .Release.Namespace }}
---
apiVersion: v1
kind: Secret
metadata:
  {{- include "common.metadata" (dict "ctx" . "name" (printf "%s-app" (include "common.fullname" .))) | nindent 2 }}
type: kubernetes.io/basic-auth
stringData:
  username: {{ $auth.username | quote }}
  password: {{ $auth.password | quote }}
  dbname: {{ $auth.database | quote }}
  host: {{ $host | quote }}
  port: "5432"
  uri: {{ printf "postgresql://%s:%s@%s:5432/%s" (urlquery $auth.username) (urlquery $auth.password | replace "+" "%20") $host (urlquery $auth.database) | quote }}
{{- end -}}
