{{- /* The container: (dict "ctx" $ "env" DICT "extra" DICT), where extra holds ports, probes and lifecycle. */ -}}
{{- define "common.container" -}}
{{- $ctx := .ctx -}}
name: {{ include "common.name" $ctx }}
image: {{ include "common.image" $ctx | quote }}
imagePullPolicy: {{ $ctx.Values.image.pullPolicy }}
{{- with $ctx.Values.command }}
command:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $ctx.Values.args }}
args:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "common.env" (dict "ctx" $ctx "env" .env) | trim }}
env:
  {{- . | nindent 2 }}
{{- end }}
{{- with include "common.envFrom" $ctx | trim }}
envFrom:
  {{- . | nindent 2 }}
{{- end }}
{{- with .extra }}
{{ toYaml . }}
{{- end }}
resources:
  {{- toYaml $ctx.Values.resources | nindent 2 }}
securityContext:
  {{- toYaml $ctx.Values.securityContext | nindent 2 }}
{{- with include "common.volumeMounts" $ctx | trim }}
volumeMounts:
  {{- . | nindent 2 }}
{{- end }}
{{- end -}}
