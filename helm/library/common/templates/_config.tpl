{{- /* The Secrets of the values as YAML; externalDatabase.url is one of them. */ -}}
{{- define "common.secrets" -}}
{{- $entries := deepCopy .Values.secrets -}}
{{- with .Values.externalDatabase -}}
{{- if .url }}{{- $_ := set $entries "database" (dict "data" (dict .variable .url)) }}{{- end -}}
{{- end -}}
{{- toYaml $entries -}}
{{- end -}}

{{- /* (dict "ctx" $ "key" KEY "entry" ENTRY): the name of the object that an entry stands for. */ -}}
{{- define "common.configObject" -}}
{{- .entry.existingConfigMap | default .entry.existingSecret | default (printf "%s-%s" (include "common.configName" .ctx) .key) -}}
{{- end -}}

{{- define "common.configmap" -}}
{{- range $key, $entry := .Values.configMaps }}
{{- if not $entry.existingConfigMap }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "common.metadata" (dict "ctx" $ "name" (include "common.configObject" (dict "ctx" $ "key" $key "entry" $entry))) | nindent 2 }}
data:
  {{- range $name, $value := $entry.data }}
  {{ $name }}: {{ include "common.string" $value | quote }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "common.secret" -}}
{{- range $key, $entry := include "common.secrets" . | fromYaml }}
{{- if $entry.data }}
---
apiVersion: v1
kind: Secret
metadata:
  {{- include "common.metadata" (dict "ctx" $ "name" (include "common.configObject" (dict "ctx" $ "key" $key "entry" $entry))) | nindent 2 }}
type: Opaque
stringData:
  {{- range $name, $value := $entry.data }}
  {{ $name }}: {{ include "common.string" $value | quote }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* https://external-secrets.io/latest/api/externalsecret/ */ -}}
{{- define "common.externalsecret" -}}
{{- range $key, $entry := include "common.secrets" . | fromYaml }}
{{- with $entry.externalSecret }}
{{- $name := include "common.configObject" (dict "ctx" $ "key" $key "entry" $entry) }}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  {{- include "common.metadata" (dict "ctx" $ "name" $name) | nindent 2 }}
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
{{- end -}}

{{- /* Annotations that change with the content, so that a changed ConfigMap or Secret makes new pods. */ -}}
{{- define "common.checksums" -}}
{{- range $kind, $entries := dict "configmap" .Values.configMaps "secret" (include "common.secrets" . | fromYaml) }}
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
