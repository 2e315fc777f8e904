{{- /*
All volumes as YAML, by name: those of `volumes`, and the ConfigMaps and Secrets that have a mountPath.
Each is { mount: VolumeMount, volume: Volume }.
*/ -}}
{{- define "kda-common.volumes" -}}
{{- $volumes := dict -}}
{{- range $name, $entry := .Values.volumes -}}
{{- $mount := pick $entry "mountPath" "subPath" "readOnly" -}}
{{- range $source := list "persistentVolumeClaim" "csi" }}
{{- if dig $source "readOnly" false $entry }}{{- $_ := set $mount "readOnly" true }}{{- end -}}
{{- end -}}
{{- if $entry.projected }}{{- $_ := set $mount "readOnly" true }}{{- end -}}
{{- $_ := set $volumes $name (dict "mount" $mount "volume" (omit $entry "mountPath" "subPath" "readOnly" "claim")) -}}
{{- end -}}
{{- range $in, $entries := dict "configMaps" .Values.configMaps "secrets" (include "kda-common.secrets" . | fromYaml) -}}
{{- range $key, $entry := $entries -}}
{{- if $entry.mountPath -}}
{{- $object := include "kda-common.configObject" (dict "ctx" $ "in" $in "key" $key "entry" $entry) -}}
{{- $source := ternary (dict "name" $object) (dict "secretName" $object) (eq $in "configMaps") -}}
{{- if $entry.optional }}{{- $_ := set $source "optional" true }}{{- end -}}
{{- $kind := ternary "configMap" "secret" (eq $in "configMaps") -}}
{{- $name := printf "%s-%s" (trimSuffix "Map" $kind) $key -}}
{{- $_ := set $volumes $name (dict "mount" (dict "mountPath" $entry.mountPath "readOnly" true) "volume" (dict $kind $source)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $volumes -}}
{{- end -}}

{{- /* An entry without a source is a claim template of a StatefulSet. */ -}}
{{- define "kda-common.podVolumes" -}}
{{- range $name, $entry := include "kda-common.volumes" . | fromYaml }}
{{- with $entry.volume }}
- name: {{ $name }}
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* A volume without a mountPath is for the containers that mount it themselves. */ -}}
{{- define "kda-common.volumeMounts" -}}
{{- range $name, $entry := include "kda-common.volumes" . | fromYaml }}
{{- if $entry.mount.mountPath }}
- name: {{ $name }}
  {{- toYaml $entry.mount | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}
