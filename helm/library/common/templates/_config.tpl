{{- /* The Secrets of the values as YAML; externalDatabase.url is one of them. */ -}}
{{- define "kda-common.secrets" -}}
{{- $entries := deepCopy .Values.secrets -}}
{{- with .Values.externalDatabase -}}
{{- if .url }}{{- $_ := set $entries "database" (dict "data" (dict .variable .url)) }}{{- end -}}
{{- end -}}
{{- toYaml $entries -}}
{{- end -}}

{{- /*
The name of the object that an entry stands for: (dict "ctx" $ "in" "configMaps" "key" KEY "entry" ENTRY). It is shared
unless the workload says something of its contents itself, or runs before the shared ones are there.
*/ -}}
{{- define "kda-common.configObject" -}}
{{- $own := .ctx.Values.own | default dict -}}
{{- $changed := pick (dig .in .key dict $own | default dict) "data" "externalSecret" -}}
{{- if and (eq .key "database") (eq .in "secrets") }}{{ $changed = pick ($own.externalDatabase | default dict) "url" }}{{ end -}}
{{- $prefix := ternary "kda-common.ownName" "kda-common.fullname" (or (not (empty .ctx.Values.hook)) (gt (len $changed) 0)) -}}
{{- .entry.existingConfigMap | default .entry.existingSecret | default (printf "%s-%s" (include $prefix .ctx) .key) -}}
{{- end -}}

{{- /* Not empty the first time that an object is asked for: workloads share some. (dict "ctx" $ "kind" KIND "name" NAME) */ -}}
{{- define "kda-common.first" -}}
{{- $id := printf "%s/%s" .kind .name -}}
{{- if not (hasKey .ctx.Made $id) }}{{ $_ := set .ctx.Made $id true }}yes{{ end -}}
{{- end -}}

{{- define "kda-common.configmap" -}}
{{- include "kda-common.dataObjects" (dict "ctx" . "kind" "ConfigMap" "in" "configMaps" "field" "data" "entries" .Values.configMaps) }}
{{- end -}}

{{- define "kda-common.secret" -}}
{{- include "kda-common.dataObjects" (dict "ctx" . "kind" "Secret" "in" "secrets" "field" "stringData" "entries" (include "kda-common.secrets" . | fromYaml)) }}
{{- end -}}

{{- /* The objects of the entries that say their contents themselves. */ -}}
{{- define "kda-common.dataObjects" -}}
{{- range $key, $entry := .entries }}
{{- $name := include "kda-common.configObject" (dict "ctx" $.ctx "in" $.in "key" $key "entry" $entry) }}
{{- if and (hasKey $entry "data") (include "kda-common.first" (dict "ctx" $.ctx "kind" $.kind "name" $name)) }}
{{ include "kda-common.object" (dict "ctx" $.ctx "is" (printf "v1 %s" $.kind) "name" $name) }}
{{- if eq $.kind "Secret" }}
type: Opaque
{{- end }}
{{ $.field }}:
  {{- range $name, $value := $entry.data }}
  {{ $name }}: {{ include "kda-common.string" $value | quote }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* https://external-secrets.io/latest/api/externalsecret/ */ -}}
{{- define "kda-common.externalsecret" -}}
{{- range $key, $entry := include "kda-common.secrets" . | fromYaml }}
{{- $name := include "kda-common.configObject" (dict "ctx" $ "in" "secrets" "key" $key "entry" $entry) }}
{{- if and $entry.externalSecret (include "kda-common.first" (dict "ctx" $ "kind" "ExternalSecret" "name" $name)) }}
{{- with $entry.externalSecret }}
{{ include "kda-common.object" (dict "ctx" $ "is" "external-secrets.io/v1 ExternalSecret" "name" $name) }}
spec:
  refreshInterval: {{ .refreshInterval | default "1h" }}
  secretStoreRef:
    name: {{ .store.name }}
    kind: {{ .store.kind | default "ClusterSecretStore" }}
  target:
    name: {{ $name }}
    creationPolicy: Owner
  data:
    {{- range $secretKey, $remote := .data }}
    - secretKey: {{ $secretKey }}
      remoteRef:
        {{- toYaml $remote | nindent 8 }}
    {{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* Annotations that change with the content, so that a changed ConfigMap or Secret makes new pods. */ -}}
{{- define "kda-common.checksums" -}}
{{- range $kind, $entries := dict "configmap" .Values.configMaps "secret" (include "kda-common.secrets" . | fromYaml) }}
{{- $data := dict }}
{{- range $key, $entry := $entries }}
{{- if and $entry.data (ne (toString $entry.restartOnChange) "false") }}
{{- $_ := set $data $key $entry.data }}
{{- end }}
{{- end }}
{{- if $data }}
checksum/{{ $kind }}: {{ toJson $data | sha256sum }}
{{- end }}
{{- end }}
{{- end -}}
