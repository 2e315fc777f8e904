{{- define "postgres.problems" -}}
{{- if .Values.cloudnativepg.enabled }}
{{- if .Values.auth.password }}
- auth.password: CloudNativePG makes a password and keeps it in the Secret {{ include "kda-common.fullname" . }}-app; set it to ""
{{- end }}
{{- else if not .Values.auth.password }}
- auth.password is empty: set it, for example --set auth.password="$(openssl rand -hex 24)"
{{- end }}
{{- range $process, $role := include "postgres.roles" . | fromYaml }}
{{- if eq $role.username $.Values.auth.username }}
- auth.roles.{{ $process }}.username: {{ $role.username }} is the owner of the database; set another name, or auth.roles.{{ $process }} to null
{{- end }}
{{- if and $role.password $role.existingSecret }}
- auth.roles.{{ $process }}: password and existingSecret are both set; keep one of them and set the other to ""
{{- end }}
{{- if and $.Values.cloudnativepg.enabled (not $role.existingSecret) }}
- auth.roles.{{ $process }}.existingSecret is empty: CloudNativePG takes the role's password from a Secret of type kubernetes.io/basic-auth; name it
{{- end }}
{{- end }}
{{- end -}}
