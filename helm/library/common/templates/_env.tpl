{{- /* The container's env list, by name, so that it never repeats one. (dict "ctx" $ "env" DICT of the library's own) */ -}}
{{- define "kda-common.env" -}}
{{- $env := deepCopy (.env | default dict) -}}
{{- with .ctx.Values.externalDatabase -}}
{{- if .existingSecret -}}
{{- $_ := set $env .variable (dict "secretKeyRef" (dict "name" .existingSecret "key" .existingSecretKey)) -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := mustMergeOverwrite $env .ctx.Values.env }}
{{- if kindIs "map" $value }}
- name: {{ $name }}
  valueFrom:
    {{- toYaml $value | nindent 4 }}
{{- else }}
- name: {{ $name }}
  value: {{ include "kda-common.string" $value | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* ConfigMaps and Secrets without a mountPath become variables. */ -}}
{{- define "kda-common.envFrom" -}}
{{- range $in, $entries := dict "configMaps" .Values.configMaps "secrets" (include "kda-common.secrets" . | fromYaml) }}
{{- range $key, $entry := $entries }}
{{- if not $entry.mountPath }}
- {{ ternary "configMapRef" "secretRef" (eq $in "configMaps") }}:
    name: {{ include "kda-common.configObject" (dict "ctx" $ "in" $in "key" $key "entry" $entry) }}
    {{- if $entry.optional }}
    optional: true
    {{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
