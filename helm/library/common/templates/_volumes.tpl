{{- /*
All volumes as YAML, by name: those of `volumes`, and the ConfigMaps and Secrets that have a mountPath.
Each is { mount: VolumeMount, volume: Volume }.
*/ -}}
{{- define "common.volumes" -}}
{{- $volumes := dict -}}
{{- range $name, $entry := .Values.volumes -}}
{{- $mount := pick $entry "mountPath" "subPath" "readOnly" -}}
{{- if dig "persistentVolumeClaim" "readOnly" false $entry }}{{- $_ := set $mount "readOnly" true }}{{- end -}}
{{- $_ := set $volumes $name (dict "mount" $mount "volume" (omit $entry "mountPath" "subPath" "readOnly")) -}}
{{- end -}}
{{- range $key, $entry := .Values.configMaps -}}
{{- if $entry.mountPath -}}
{{- $source := dict "name" (include "common.configObject" (dict "ctx" $ "key" $key "entry" $entry)) -}}
{{- if $entry.optional }}{{- $_ := set $source "optional" true }}{{- end -}}
{{- $_ := set $volumes (printf "config-%s" $key) (dict "mount" (dict "mountPath" $entry.mountPath "readOnly" true) "volume" (dict "configMap" $source)) -}}
{{- end -}}
{{- end -}}
{{- range $key, $entry := include "common.secrets" . | fromYaml -}}
{{- if $entry.mountPath -}}
{{- $source := dict "secretName" (include "common.configObject" (dict "ctx" $ "key" $key "entry" $entry)) -}}
{{- if $entry.optional }}{{- $_ := set $source "optional" true }}{{- end -}}
{{- $_ := set $volumes (printf "secret-%s" $key) (dict "mount" (dict "mountPath" $entry.mountPath "readOnly" true) "volume" (dict "secret" $source)) -}}
{{- end -}}
{{- end -}}
{{- toYaml $volumes -}}
{{- end -}}

{{- /* An entry without a source is a claim template of a StatefulSet. */ -}}
{{- define "common.podVolumes" -}}
{{- range $name, $entry := include "common.volumes" . | fromYaml }}
{{- with $entry.volume }}
- name: {{ $name }}
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "common.volumeMounts" -}}
{{- range $name, $entry := include "common.volumes" . | fromYaml }}
- name: {{ $name }}
  {{- toYaml $entry.mount | nindent 2 }}
{{- end }}
{{- end -}}
