{{- define "valkey.values" -}}
{{- /* It connects to nobody, so it need not resolve names. */}}
{{- $values := mustMergeOverwrite (dict "networkPolicy" (dict "egress" (dict "dns" nil))) (deepCopy .Values) }}
{{- if .Values.auth.password }}
{{- $secret := printf "%s-app" (include "kda-common.fullname" .) }}
{{- $password := dict "secretKeyRef" (dict "name" $secret "key" "password") }}
{{- $_ := set $values "env" (mustMergeOverwrite (dict "VALKEY_PASSWORD" $password) (.Values.env | default dict)) }}
{{- $_ := set $values "args" (concat .Values.args (list "--requirepass" "$(VALKEY_PASSWORD)")) }}
{{- $_ := set $values "podAnnotations" (mustMergeOverwrite (dict "checksum/auth" (sha256sum .Values.auth.password)) (.Values.podAnnotations | default dict)) }}
{{- end }}
{{- toYaml $values }}
{{- end -}}
