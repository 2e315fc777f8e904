{{- define "kaggle-data-pvc.claim" -}}
{{- $ctx := set (omit . "Values") "Values" (include "kda-common.values" (dict "root" . "defaults" (list "kda-common.defaults")) | fromYaml) }}
{{- $name := include "kda-common.fullname" $ctx }}
{{- $volume := printf "%s-%s" .Release.Namespace $name }}
{{- $keep := ternary (dict "helm.sh/resource-policy" "keep") dict .Values.keep }}
{{- if and .Values.local.enabled .Values.storageClassName }}
{{- include "kda-common.refuse" (dict "ctx" $ctx "problems" "- storageClassName: local.enabled makes a volume of its own, without a class; remove storageClassName, or set local.enabled: false") }}
{{- end }}
{{- if .Values.local.enabled }}
---
# The directory has to exist, owned by the image's uid: the kubelet would make it for root, and gives hostPath no fsGroup.
apiVersion: v1
kind: PersistentVolume
metadata:
  {{- include "kda-common.metadata" (dict "ctx" $ctx "name" $volume "annotations" $keep) | nindent 2 }}
spec:
  capacity:
    storage: {{ .Values.size }}
  accessModes:
    {{- toYaml .Values.accessModes | nindent 4 }}
  persistentVolumeReclaimPolicy: Retain
  storageClassName: ""
  claimRef:
    namespace: {{ .Release.Namespace }}
    name: {{ $name }}
  hostPath:
    path: {{ .Values.local.path }}
    type: Directory
{{- end }}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  {{- include "kda-common.metadata" (dict "ctx" $ctx "name" $name "annotations" $keep) | nindent 2 }}
spec:
  accessModes:
    {{- toYaml .Values.accessModes | nindent 4 }}
  resources:
    requests:
      storage: {{ .Values.size }}
  {{- if .Values.local.enabled }}
  storageClassName: ""
  volumeName: {{ $volume }}
  {{- else if .Values.storageClassName }}
  storageClassName: {{ .Values.storageClassName }}
  {{- end }}
{{- end -}}
