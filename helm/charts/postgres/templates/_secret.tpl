{{- /*
Named and keyed as CloudNativePG names and keys its own, so that clients need not know which of the two is there.
(dict "ctx" $ "name" NAME "username" ROLE "password" PASSWORD)
*/ -}}
{{- define "postgres.secret" }}
{{- $database := .ctx.Values.auth.database }}
{{- $host := printf "%s.%s" (include "kda-common.fullname" .ctx) .ctx.Release.Namespace }}
---
apiVersion: v1
kind: Secret
metadata:
  {{- include "kda-common.metadata" (dict "ctx" .ctx "name" .name) | nindent 2 }}
type: kubernetes.io/basic-auth
stringData:
  username: {{ .username | quote }}
  password: {{ .password | quote }}
  dbname: {{ $database | quote }}
  host: {{ $host | quote }}
  port: "5432"
  uri: {{ printf "postgresql://%s:%s@%s:5432/%s" (urlquery .username) (urlquery .password | replace "+" "%20") $host (urlquery $database) | quote }}
{{- end -}}

{{- /*
Those of the owner and of the roles. A role's password is the same at each rendering and different for each database, so
that it stays on upgrades without a look at the cluster. derivePassword is scrypt, so that it is a poor start for guessing
the owner's; hexadecimal fits into any URI.
*/ -}}
{{- define "postgres.secrets" -}}
{{- $name := include "kda-common.fullname" . }}
{{- include "postgres.secret" (dict "ctx" . "name" (printf "%s-app" $name) "username" .Values.auth.username "password" .Values.auth.password) }}
{{- range $process, $role := include "postgres.roles" . | fromYaml }}
{{- if not $role.existingSecret }}
{{- $derived := derivePassword 1 "maximum" $.Values.auth.password $role.username (printf "%s.%s" $name $.Release.Namespace) | sha256sum }}
{{- $own := include "postgres.roleSecret" (dict "ctx" $ "process" $process "role" $role) }}
{{- include "postgres.secret" (dict "ctx" $ "name" $own "username" $role.username "password" ($role.password | default $derived)) }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "postgres.roleSecret" -}}
{{- .role.existingSecret | default (printf "%s-%s" (include "kda-common.fullname" .ctx) .process) -}}
{{- end -}}

{{- /* The roles of the processes, by process; null takes one away. */ -}}
{{- define "postgres.roles" -}}
{{- $roles := dict }}
{{- range $process, $role := .Values.auth.roles }}
{{- if $role }}{{ $_ := set $roles $process $role }}{{ end }}
{{- end }}
{{- toYaml $roles }}
{{- end -}}
