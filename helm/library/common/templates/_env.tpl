{{- /* The container's env list, by name, so that it never repeats one. (dict "ctx" $ "env" DICT of the library's own) */ -}}
{{- define "common.env" -}}
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
  value: {{ include "common.string" $value | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* ConfigMaps and Secrets without a mountPath become variables. */ -}}
{{- define "common.envFrom" -}}
{{- range $ref, $entries := dict "configMapRef" .Values.configMaps "secretRef" (include "common.secrets" . | fromYaml) }}
{{- range $key, $entry := $entries }}
{{- if not $entry.mountPath }}
- {{ $ref }}:
    name: {{ include "common.configObject" (dict "ctx" $ "key" $key "entry" $entry) }}
    {{- if $entry.optional }}
    optional: true
    {{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
